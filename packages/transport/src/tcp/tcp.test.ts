import { describeTransport } from '../contract/transport.test-support.js';
import { makeAuthority, makeCertificate } from './certificates.test-support.js';
import { createTcpAcceptor, createTcpConnector } from './index.js';

const authority = await makeAuthority('Contract Authority');
const lender = await makeCertificate('lender', { authority });
const borrower = await makeCertificate('borrower', { authority });

describeTransport('TCP', ({ onError, limits }) => ({
  acceptor: createTcpAcceptor({ onError, limits }),
  connector: createTcpConnector({ limits: { closeGraceMs: limits.closeGraceMs } }),
}));

describeTransport('TLS', ({ onError, limits }) => ({
  acceptor: createTcpAcceptor({ onError, limits, tls: lender }),
  connector: createTcpConnector({
    limits: { closeGraceMs: limits.closeGraceMs },
    tls: { ca: authority.cert },
  }),
}));

describeTransport('mutual TLS', ({ onError, limits }) => ({
  acceptor: createTcpAcceptor({ onError, limits, tls: { ...lender, clientCa: authority.cert } }),
  connector: createTcpConnector({
    limits: { closeGraceMs: limits.closeGraceMs },
    tls: { ca: authority.cert, ...borrower },
  }),
}));
