/** Small pieces that several pages are made of. */

import type { ComponentChildren } from "preact";
import type { Outcome } from "../../report";
import { utc } from "./text";

/** @param exact to the second */
export function Time({ at, exact = false }: { at: number; exact?: boolean }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso} data-exact={exact || undefined}>
      {utc(at, exact)}
    </time>
  );
}

const OUTCOME_LABELS: Record<Outcome, string> = {
  "in progress": "In progress",
  parked: "Parked",
  delivered: "Delivered",
  "dry run": "Dry run",
  failed: "Failed",
  "run again": "Run again",
  cancelled: "Cancelled",
  refused: "Refused",
};

export function outcomeLabel(outcome: Outcome): string {
  return OUTCOME_LABELS[outcome];
}

export function Badge({ outcome }: { outcome: Outcome }) {
  return <span class={`badge ${kindOf(outcome)}`}>{OUTCOME_LABELS[outcome]}</span>;
}

/** How good an outcome is: its colour. */
export function kindOf(outcome: Outcome): "going" | "good" | "warning" | "bad" | "quiet" {
  switch (outcome) {
    case "in progress":
      return "going";
    case "delivered":
      return "good";
    case "parked":
      return "warning";
    case "failed":
      return "bad";
    default:
      return "quiet";
  }
}

/** A part of a page that is kept up to date. */
export function Live({ id, children }: { id: string; children: ComponentChildren }) {
  return <div id={id}>{children}</div>;
}

export function Card({
  title,
  note,
  aside,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = `heading-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && note !== "" && <p class="note">{note}</p>}
        {aside}
      </header>
      {children}
    </section>
  );
}
