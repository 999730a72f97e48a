/** The log's lines about deliveries: numbers and ids, never a title or anything that was read. */

import type { Logger } from "pino";
import type { ObservedDelivery, ObservedEvent, Observer, RefusalReason } from "../delivery";
import { factsOf, nounOf } from "../report";
import { countsOf } from "./counts";

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  token: "request refused: its token is missing or wrong",
  guesses: "request refused: too many wrong tokens came from its address",
  request: "request refused: it can't be read",
  size: "request refused: it is too large",
  busy: "request refused: the hub has too much to do",
  form: "delivery refused: its form is wrong",
  stopping: "delivery refused: the hub is stopping",
  outbox: "delivery refused: the outbox can take nothing now",
};

/** The name of an environment, where it has one. */
type NameOf = (environmentId: string) => string | undefined;

export function logDeliveries(log: Logger, nameOf: NameOf): Observer {
  return (event) => {
    const { level, message, fields } = lineOf(event, nameOf);
    log[level](fields, message);
  };
}

interface Line {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  fields: object;
}

function lineOf(event: ObservedEvent, nameOf: NameOf): Line {
  switch (event.is) {
    case "started": {
      const { report } = event.delivery;
      const fields = {
        environment: report.environment.id,
        type: nounOf(report),
        dryRun: report.asked.dryRun,
      };
      return line("info", "delivery started", { ...idsOf(event.delivery), ...fields });
    }
    case "resumed": {
      const fields = { ...idsOf(event.delivery), ...countsOf(event.delivery.report) };
      return event.delivery.report.end === undefined
        ? line("warn", "delivery interrupted: the hub stopped while reading", fields)
        : line("info", "delivery resumed", fields);
    }
    case "refused":
      // Told when the first of them were refused: whoever guesses does not fill the log.
      return line(event.reason === "guesses" ? "debug" : "warn", REFUSALS[event.reason], {
        ...event.origin,
        wrong: event.fields,
      });
    case "read":
      return line("debug", "checkpoint", {
        ...idsOf(event.delivery),
        ...event.counts,
        batches: event.batches,
      });
    case "answered": {
      const fields = { ...idsOf(event.delivery), ...countsOf(event.delivery.report), success: event.success };
      return event.isEarly
        ? line("info", "delivery answered: the rest follows", fields)
        : line("debug", "delivery answered", fields);
    }
    case "parked": {
      const fields = { ...idsOf(event.delivery), ...countsOf(event.delivery.report), late: event.isLate };
      return line("warn", "delivery parked: Heap does not know its environment", fields);
    }
    case "ended":
      return endLine(event, nameOf);
    case "request": {
      const { delivery, environment, users, answer, milliseconds, next } = event;
      const fields = { ...idsOf(delivery), environment: environment.id, users, ms: milliseconds, next };
      return line("debug", "Heap answered", { ...fields, answer: answer.kind });
    }
    case "unsent": {
      const { delivery, environment, error } = event;
      const fields = { ...idsOf(delivery), environment: environment.id, error };
      return line("error", "a batch could not be sent", fields);
    }
    case "done": {
      const { delivery, environment, sent, refused } = event;
      const fields = { ...idsOf(delivery), environment: environment.id, sent, refused };
      return line("debug", "batch done", fields);
    }
    case "health":
      return healthLine(event);
  }
}

function endLine(
  { delivery, isLate, milliseconds }: Extract<ObservedEvent, { is: "ended" }>,
  nameOf: NameOf,
): Line {
  const fields = { ...idsOf(delivery), ...countsOf(delivery.report), late: isLate, ms: milliseconds };
  const { outcome } = delivery;
  if (outcome === "refused")
    return line("warn", "delivery refused: its form does not fit the result", fields);
  const level = outcome === "failed" ? "warn" : "info";
  const facts = factsOf(delivery.report, { quoting: false, nameOf });
  return line(level, "delivery ended", { ...fields, outcome, facts: facts.map(({ code }) => code) });
}

function healthLine({ environment, state }: Extract<ObservedEvent, { is: "health" }>): Line {
  const fields = { environment: environment.id };
  if (state.parked !== undefined) {
    const message = "Heap does not know the environment: its deliveries are parked";
    return line("warn", message, { ...fields, status: state.parked });
  }
  if (state.downSince === undefined) return line("info", "Heap takes requests again", fields);
  const since = new Date(state.downSince).toISOString();
  return line("warn", "Heap is down: it is probed until it answers", { ...fields, since });
}

function line(level: Line["level"], message: string, fields: object): Line {
  return { level, message, fields };
}

function idsOf({ id, origin: { webhook, looker } }: Pick<ObservedDelivery, "id" | "origin">): object {
  return { delivery: id, webhook, looker };
}
