/** What stands around every page. */

import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { type Site, STYLE_SHEETS, type Viewer } from "./site";

export interface FrameProps {
  title: string;
  site: Site;
  /** Absent when it is nobody who may look. */
  viewer?: Viewer;
  /** Where the page's changes come from; absent when it has none. */
  events?: string;
  children: ComponentChildren;
}

/** @returns the whole document */
export function renderPage(props: FrameProps): string {
  return `<!doctype html>\n${renderToString(<Frame {...props} />)}`;
}

function Frame({ title, site, viewer, events, children }: FrameProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Looker to Heap`}</title>
        {STYLE_SHEETS.map((name) => (
          <link key={name} rel="stylesheet" href={site.asset(name)} />
        ))}
        <link rel="icon" type="image/svg+xml" href={site.asset("icon.svg")} />
        <script src={site.asset("live.js")} defer data-events={events} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <TopBar site={site} viewer={viewer} />
        <main id="main">{children}</main>
        <footer class="foot">
          <span>Looker to Heap action hub</span>
          {events !== undefined && (
            <span class="live" id="live" hidden>
              Live
            </span>
          )}
        </footer>
      </body>
    </html>
  );
}

function TopBar({ site, viewer }: { site: Site; viewer: Viewer | undefined }) {
  const name = (
    <>
      <Logo />
      <span>
        Looker <span class="arrow">to</span> Heap
      </span>
    </>
  );
  return (
    <header class="top">
      <div class="top-inner">
        {viewer?.isAdmin ? (
          <a class="brand" href={site.path}>
            {name}
          </a>
        ) : (
          <span class="brand">{name}</span>
        )}
        <nav aria-label="Main">
          {viewer?.isAdmin && viewer.formToken !== "" && (
            <form method="post" action={`${site.path}/sign-out`}>
              <input type="hidden" name="form_token" value={viewer.formToken} />
              <button class="link" type="submit">
                Sign out
              </button>
            </form>
          )}
          {viewer?.isAdmin === false && (
            <a class="link" href={`${site.path}/sign-in`}>
              Sign in
            </a>
          )}
        </nav>
      </div>
    </header>
  );
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <rect width="24" height="24" rx="7" class="logo-ground" />
      <path d="M6 8.5h5M6 12h5M6 15.5h5" class="logo-rows" />
      <path d="m13 8 4.5 4-4.5 4" class="logo-arrow" />
    </svg>
  );
}
