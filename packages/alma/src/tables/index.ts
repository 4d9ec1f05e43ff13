export {
  type CircDesk,
  CircDeskKind,
  type CodeTable,
  CodeTableKind,
  type DirectoryMember,
  DirectoryMemberKind,
  type IntegrationProfile,
  IntegrationProfileKind,
  type Library,
  LibraryKind,
  LocationKind,
  type ShelfLocation,
  type User,
  UserKind,
} from './configuration.js';
export {
  type Address,
  type ContactInfo,
  ContactInfoKind,
  type Email,
  type Note,
  NoteKind,
  type Phone,
} from './contact-info.js';
export {
  type Bib,
  BibKind,
  type Holding,
  HoldingKind,
  type Item,
  ItemKind,
  type Loan,
  LoanKind,
  type ScanPlace,
  type UserRequest,
  UserRequestKind,
} from './inventory.js';
export {
  isListedProfile,
  type NewPartner,
  type NewProfileDetails,
  type Partner,
  PartnerKind,
  type PartnerStatus,
  type ProfileDetails,
  type UnlistedProfileType,
} from './partner.js';
export { type ExpiryType, type ProfileType, ProfileTypes } from './profile-details.js';
export {
  type NewBorrowingRequest,
  type NewLendingRequest,
  type RequestFormat,
  type ResourceSharingRequest,
  ResourceSharingRequestKind,
} from './resource-sharing-request.js';
export { type RecordSchema, RecordSchemas } from './schemas.js';
