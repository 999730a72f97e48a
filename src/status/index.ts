export { countsOf } from "./counts";
export { logDeliveries } from "./delivery-log";
export { deliveryPages } from "./delivery-pages";
export { diskUse } from "./disk-use";
export { healthRoutes } from "./health";
export { Metrics } from "./metrics";
export { noticeFile } from "./notice-file";
export { Notifier } from "./notifier";
