export { type DeliverOptions, deliver } from "./deliver";
export { Deliveries } from "./deliveries";
export { Delivery } from "./delivery";
export { deliveryLink } from "./delivery-link";
export { DeliveryRecords } from "./delivery-records";
export type { DeliveryView } from "./delivery-view";
export {
  type ObservedDelivery,
  type ObservedEvent,
  type Observer,
  type RefusalReason,
  tellAll,
} from "./observer";
export { readInterrupted } from "./read-again";
