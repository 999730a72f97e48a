export { EventMapper } from "./event-mapper";
export type { EventOptions } from "./event-options";
export { Mapper } from "./mapper";
export type { MappingOptions } from "./options";
export {
  Cell,
  type Column,
  type Field,
  type FieldKind,
  type QueryFields,
  type ResultReader,
  type Row,
} from "./query-result";
export { isTimeZone } from "./time-zone";
export { NO_VISUALIZATION, PIVOT_SEPARATOR, TOTAL_KEY, type Visualization } from "./visualization";
