export { healthRoutes } from "./health";
