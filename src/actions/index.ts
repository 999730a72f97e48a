export type { Action, Task } from "./action";
export { ACTIONS, actionNamed, QUERY_ACTIONS } from "./actions";
export { defaultOf, type Field, type Fields } from "./fields";
export { formOf } from "./form";
export { heap } from "./heap";
export { withTexts } from "./with-texts";
