import { Shelf } from '../alma/shelf.js';
import { serve } from '../serve.js';

// A server that does not keep what it is about to ask of Alma: the twin that a trial must convict.
const keep = Shelf.prototype.keep;
Shelf.prototype.keep = function forgetful(loan): void {
  keep.call(this, { ...loan, isMaybeDone: false });
};
process.exitCode = await serve(process.argv.slice(2), process.env);
