import { createExternalRegistry, type ExternalRegistry, type Infer } from '@interlend/wire/ber';
import {
  AdditionalUserErrorInfo,
  ApduDeliveryInfo,
  ForwardedAdditionalInfo,
  IntermediaryControl,
  InternalReference,
  IpigConditionalReplyExtension,
  IpigIllRequestExtension,
  IpigSystemNumber,
  JeddsEdeliveryParameters,
  NationalBibliographyNo,
  OclcIllRequestExtension,
  OclcIllService,
  OclcPrismIllError,
  OclcShippedExtension,
  OclcSpecificResults,
  PatronRequestExtension,
  RequesterNotificationExtension,
  SupplementalClientInfo,
  SuppliersReference,
  SystemNo,
} from './extensions.js';

/** The registered types by the key under which their values stand in an EXTERNAL. */
export interface RegisteredExternals {
  readonly nationalBibliographyNo: Infer<typeof NationalBibliographyNo>;
  readonly systemNo: Infer<typeof SystemNo>;
  readonly oclcIllService: Infer<typeof OclcIllService>;
  readonly ipigSystemNumber: Infer<typeof IpigSystemNumber>;
  readonly oclcSpecificResults: Infer<typeof OclcSpecificResults>;
  readonly jeddsEdeliveryParameters: Infer<typeof JeddsEdeliveryParameters>;
  readonly oclcPrismIllError: Infer<typeof OclcPrismIllError>;
  readonly oclcIllRequestExtension: Infer<typeof OclcIllRequestExtension>;
  readonly apduDeliveryInfo: Infer<typeof ApduDeliveryInfo>;
  readonly supplementalClientInfo: Infer<typeof SupplementalClientInfo>;
  readonly forwardedAdditionalInfo: Infer<typeof ForwardedAdditionalInfo>;
  readonly additionalUserErrorInfo: Infer<typeof AdditionalUserErrorInfo>;
  readonly suppliersReference: Infer<typeof SuppliersReference>;
  readonly internalReference: Infer<typeof InternalReference>;
  readonly ipigIllRequestExtension: Infer<typeof IpigIllRequestExtension>;
  readonly ipigConditionalReplyExtension: Infer<typeof IpigConditionalReplyExtension>;
  readonly requesterNotificationExtension: Infer<typeof RequesterNotificationExtension>;
  readonly patronRequestExtension: Infer<typeof PatronRequestExtension>;
  readonly oclcShippedExtension: Infer<typeof OclcShippedExtension>;
  readonly intermediaryControl: Infer<typeof IntermediaryControl>;
}

/**
 * Object identifiers and types of the twenty registered external objects, in the order of their identifiers. To read and
 * write others as well, pass a registry of your own made with `createExternalRegistry` of `@interlend/wire/ber`.
 */
export const registeredExternals = [
  { objectIdentifier: '1.0.10161.4.1000.2.1', name: 'oclcIllService', type: OclcIllService },
  { objectIdentifier: '1.0.10161.6.1', name: 'ipigSystemNumber', type: IpigSystemNumber },
  { objectIdentifier: '1.0.10161.8.1000.2.1', name: 'oclcSpecificResults', type: OclcSpecificResults },
  {
    objectIdentifier: '1.0.10161.10.1000.7.1',
    name: 'jeddsEdeliveryParameters',
    type: JeddsEdeliveryParameters,
  },
  { objectIdentifier: '1.0.10161.13.1', name: 'oclcPrismIllError', type: OclcPrismIllError },
  { objectIdentifier: '1.0.10161.13.2', name: 'oclcIllRequestExtension', type: OclcIllRequestExtension },
  { objectIdentifier: '1.0.10161.13.3', name: 'apduDeliveryInfo', type: ApduDeliveryInfo },
  { objectIdentifier: '1.0.10161.13.4', name: 'supplementalClientInfo', type: SupplementalClientInfo },
  { objectIdentifier: '1.0.10161.13.5', name: 'forwardedAdditionalInfo', type: ForwardedAdditionalInfo },
  { objectIdentifier: '1.0.10161.13.6', name: 'additionalUserErrorInfo', type: AdditionalUserErrorInfo },
  { objectIdentifier: '1.0.10161.13.7', name: 'suppliersReference', type: SuppliersReference },
  { objectIdentifier: '1.0.10161.13.8', name: 'internalReference', type: InternalReference },
  { objectIdentifier: '1.0.10161.13.9', name: 'ipigIllRequestExtension', type: IpigIllRequestExtension },
  {
    objectIdentifier: '1.0.10161.13.10',
    name: 'ipigConditionalReplyExtension',
    type: IpigConditionalReplyExtension,
  },
  {
    objectIdentifier: '1.0.10161.13.1000.2.3',
    name: 'requesterNotificationExtension',
    type: RequesterNotificationExtension,
  },
  { objectIdentifier: '1.0.10161.13.1000.2.4', name: 'patronRequestExtension', type: PatronRequestExtension },
  { objectIdentifier: '1.0.10161.13.1000.2.6', name: 'oclcShippedExtension', type: OclcShippedExtension },
  { objectIdentifier: '1.0.10161.13.1000.2.7', name: 'intermediaryControl', type: IntermediaryControl },
  { objectIdentifier: '1.2.124.10161.1', name: 'nationalBibliographyNo', type: NationalBibliographyNo },
  { objectIdentifier: '1.2.124.10161.2', name: 'systemNo', type: SystemNo },
] as const satisfies readonly { objectIdentifier: string; name: keyof RegisteredExternals; type: unknown }[];

/** {@link registeredExternals} as a registry. */
export const defaultExternalRegistry: ExternalRegistry = createExternalRegistry(registeredExternals);
