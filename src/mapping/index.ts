export { Mapper } from "./mapper";
export { LONG_VALUES, type MappingOptions, PROPERTY_NAMES, PROPERTY_TYPES } from "./options";
export {
  Cell,
  type Column,
  type Field,
  type FieldKind,
  type QueryFields,
  type ResultReader,
  type Row,
} from "./query-result";
