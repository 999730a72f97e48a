/** What every page is made with. */

export interface Site {
  /** Path of the pages as browsers see it: `/deliveries`, with the base URL's path before it. */
  path: string;
  /** Address of a file in `assets/`. */
  asset(name: string): string;
  /** An environment's name, where it has one. */
  environmentName(id: string): string | undefined;
}

/** The style sheets, one a part of the page, in the order in which they apply. */
export const STYLE_SHEETS = [
  ...(["style.css", "frame.css", "forms.css", "outcomes.css"] as const),
  ...(["list.css", "delivery.css", "phone.css"] as const),
] as const;

/** Who looks at a page. */
export interface Viewer {
  /** Sees personal data, and may do something. */
  isAdmin: boolean;
  /** Goes into each form. */
  formToken: string;
  /** The key that opened the page to somebody who has not signed in; empty for others. */
  key: string;
}
