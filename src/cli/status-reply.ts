/** What the hub answers to `status`, checked: another program may listen at that address. */

import Ajv from "ajv";

export interface StatusDelivery {
  id: string;
  title: string | null;
  environment: string;
  /** ISO 8601. */
  startedAt: string;
  outcome: string;
  rows: number;
  sent: number;
  rejected: number;
  waiting: number;
}

const TEXT = { type: "string" };
const NUMBER = { type: "number" };

const validate = new Ajv({ allowUnionTypes: true }).compile<{ deliveries: StatusDelivery[] }>({
  type: "object",
  required: ["deliveries"],
  properties: {
    deliveries: {
      type: "array",
      items: {
        type: "object",
        required: ["id", "environment", "startedAt", "outcome", "rows", "sent", "rejected", "waiting"],
        properties: {
          id: TEXT,
          title: { type: ["string", "null"] },
          environment: TEXT,
          startedAt: TEXT,
          outcome: TEXT,
          rows: NUMBER,
          sent: NUMBER,
          rejected: NUMBER,
          waiting: NUMBER,
        },
      },
    },
  },
});

/** @returns undefined when it is not the hub's */
export function readDeliveries(body: string): StatusDelivery[] | undefined {
  try {
    const reply: unknown = JSON.parse(body);
    return validate(reply) ? reply.deliveries : undefined;
  } catch {
    return undefined;
  }
}
