export { attemptInterrupted } from "./attempts";
export { type DeliverOptions, deliver } from "./deliver";
export { Deliveries } from "./deliveries";
export { deliveryLink } from "./delivery-link";
export {
  type ObservedDelivery,
  type ObservedEvent,
  type Observer,
  type RefusalReason,
  tellAll,
} from "./observer";
export { ReadingPlaces } from "./reading-places";
