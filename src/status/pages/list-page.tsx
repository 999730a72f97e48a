/** The list of deliveries. */

import { renderToString } from "preact-render-to-string";
import { count, number } from "../../amounts";
import type { DeliverySearch, KeptDelivery, SearchChoices } from "../../outbox";
import { nounOf, OUTCOMES } from "../../report";
import { countsOf } from "../counts";
import type { PageParts } from "../event-stream";
import { Badge, Live, outcomeLabel, Time } from "./elements";
import { renderPage } from "./frame";
import { SegmentBar, segmentsOf, segmentsText } from "./segments";
import type { Site, Viewer } from "./site";
import { capital } from "./text";

export const PAGE_LENGTH = 25;

export interface ListPage {
  site: Site;
  viewer: Viewer;
  search: DeliverySearch;
  /** 1 is the first. */
  page: number;
  deliveries: readonly KeptDelivery[];
  total: number;
  choices: SearchChoices;
}

export function listPage(list: ListPage): string {
  const { site, viewer, search } = list;
  const isSearch = Object.keys(search).length > 0;
  return renderPage({
    title: "Deliveries",
    site,
    viewer,
    events: address(`${site.path}/events`, search, list.page),
    children: (
      <>
        <div class="page-head">
          <h1>Deliveries</h1>
        </div>
        {(isSearch || list.total > 0) && <SearchForm {...list} />}
        <Live id="results">
          <Results {...list} />
        </Live>
      </>
    ),
  });
}

export function listParts(list: ListPage): PageParts {
  return { results: renderToString(<Results {...list} />) };
}

function SearchForm({ site, search, choices }: ListPage) {
  const { lookers, environments } = choices;
  return (
    <search aria-label="Deliveries">
      <form class="search" method="get" action={site.path}>
        <div class="field grow">
          <label for="title">Title</label>
          <input id="title" name="title" type="search" value={search.title ?? ""} placeholder="Any title" />
        </div>
        <Select
          id="outcome"
          label="Outcome"
          value={search.outcome}
          options={OUTCOMES.map((each) => [each, outcomeLabel(each)])}
        />
        <Select
          id="environment"
          label="Environment"
          value={search.environment}
          options={environments.map((id) => [id, nameOf(site, id)])}
        />
        {(lookers.length > 0 || search.looker !== undefined) && (
          <Select id="looker" label="Looker" value={search.looker} options={lookers.map((id) => [id, id])} />
        )}
        <div class="field buttons">
          <button type="submit" class="primary">
            Search
          </button>
          {Object.keys(search).length > 0 && (
            <a class="button" href={site.path}>
              Clear
            </a>
          )}
        </div>
      </form>
    </search>
  );
}

function Select({
  id,
  label,
  value = "",
  options,
}: {
  id: string;
  label: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={id}>
        <option value="">Any</option>
        {value !== "" && !options.some(([each]) => each === value) && (
          <option value={value} selected>
            {value}
          </option>
        )}
        {options.map(([each, text]) => (
          <option key={each} value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Results(list: ListPage) {
  const { deliveries, search, site } = list;
  if (deliveries.length > 0) {
    return (
      <>
        <table class="list card">
          <caption class="sr">Deliveries, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Delivery</th>
              <th scope="col">Outcome</th>
              <th scope="col">Progress</th>
              <th scope="col" class="num">
                Rows
              </th>
              <th scope="col" class="num">
                Rejected
              </th>
              <th scope="col">Started</th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map((view) => (
              <Row key={view.id} view={view} site={site} />
            ))}
          </tbody>
        </table>
        <Pages {...list} />
      </>
    );
  }
  if (Object.keys(search).length > 0 || list.page > 1) {
    return (
      <div class="empty card">
        <h2>Nothing found</h2>
        <p>No delivery fits this search. Deliveries are deleted when their retention ends.</p>
        <a class="button" href={site.path}>
          Show all deliveries
        </a>
      </div>
    );
  }
  return (
    <div class="empty card">
      <h2>No deliveries yet</h2>
      <p>
        When somebody in Looker sends a query to Heap, or a schedule does, the delivery is shown here as it
        goes.
      </p>
    </div>
  );
}

function Row({ view, site }: { view: KeptDelivery; site: Site }) {
  const { id, origin, outcome, report, startedAt } = view;
  const amounts = countsOf(report);
  const segments = segmentsOf(report);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" href={`${site.path}/${id}`}>
          {origin.title ?? "Without a title"}
        </a>
        <span class="sub">
          <span>{nameOf(site, report.environment.id)}</span>
          {nounOf(report) !== "user" && <span>{`${capital(nounOf(report))}s`}</span>}
          {report.asked.dryRun && outcome !== "dry run" && <span>Dry run</span>}
          {origin.looker !== undefined && <span>{origin.looker}</span>}
        </span>
      </th>
      <td data-label="Outcome">
        <Badge outcome={outcome} />
      </td>
      <td data-label="Progress" class="progress">
        <SegmentBar segments={segments} label={segmentsText(segments)} />
        <span class="sub">{summary(view)}</span>
      </td>
      <td data-label="Rows" class="num">
        {number(amounts.rows)}
      </td>
      <td data-label="Rejected" class={amounts.rejected > 0 ? "num some" : "num"}>
        {number(amounts.rejected)}
      </td>
      <td data-label="Started">
        <Time at={startedAt} />
      </td>
    </tr>
  );
}

function summary({ report }: KeptDelivery): string {
  const { sent, users, waiting, unchanged } = countsOf(report);
  if (report.asked.dryRun) return `${count(users, nounOf(report))} checked`;
  if (waiting > 0) return `${number(sent)} of ${count(users, nounOf(report))} sent`;
  if (sent === 0 && unchanged > 0) return `${count(unchanged, nounOf(report))} unchanged`;
  return `${count(sent, nounOf(report))} sent`;
}

function Pages({ site, search, page, deliveries, total }: ListPage) {
  const first = (page - 1) * PAGE_LENGTH + 1;
  const last = first + deliveries.length - 1;
  return (
    <nav class="pages" aria-label="Pages">
      <p>
        {number(first)}–{number(last)} of {number(total)}
      </p>
      {page > 1 && (
        <a class="button" rel="prev" href={address(site.path, search, page - 1)}>
          Newer
        </a>
      )}
      {last < total && (
        <a class="button" rel="next" href={address(site.path, search, page + 1)}>
          Older
        </a>
      )}
    </nav>
  );
}

function nameOf(site: Site, id: string): string {
  const name = site.environmentName(id);
  return name === undefined ? `Environment ${id}` : `${name} (${id})`;
}

function address(path: string, search: DeliverySearch, page: number): string {
  const query = new URLSearchParams({ ...search, ...(page > 1 && { page: String(page) }) }).toString();
  return query === "" ? path : `${path}?${query}`;
}
