export { countsOf } from "./counts";
export { deliveryRoutes } from "./deliveries";
export { logDeliveries } from "./delivery-log";
export { diskUse } from "./disk-use";
export { healthRoutes } from "./health";
export { Metrics } from "./metrics";
export { noticeFile } from "./notice-file";
export { Notifier } from "./notifier";
