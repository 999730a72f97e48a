/** Bottleneck's build without Redis has the types of the other one, and says so nowhere. */
declare module "bottleneck/light" {
  import Bottleneck from "bottleneck";

  export default Bottleneck;
}
