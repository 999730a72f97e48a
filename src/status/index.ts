export { deliveryRoutes } from "./deliveries";
export { healthRoutes } from "./health";
