/** What every page is made with. */

export interface Site {
  /** Path of the pages as browsers see it: `/deliveries`, with the base URL's path before it. */
  path: string;
  /** Address of a file in `assets/`. */
  asset(name: string): string;
  /** An environment's name, where it has one. */
  environmentName(id: string): string | undefined;
}

/** Who looks at a page. */
export interface Viewer {
  /** Sees personal data, and may do something. */
  isAdmin: boolean;
  /** Goes into each form. */
  formToken: string;
  /** The key that opened the page to somebody who has not signed in; empty for others. */
  key: string;
}
