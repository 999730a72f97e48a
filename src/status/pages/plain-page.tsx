/** Pages with a few sentences: signing in, and what can't be shown. */

import { type FrameProps, renderPage } from "./frame";
import type { Site } from "./site";

export function signInPage(site: Site, { problem, to }: { problem?: string; to: string }): string {
  return renderPage({
    title: "Sign in",
    site,
    children: (
      <div class="narrow card">
        <h1>Sign in</h1>
        <p>
          For whoever runs the action hub. The token is one of <code>ADMIN_TOKENS</code>, or the one in the
          file <code>admin-token</code> in the data folder.
        </p>
        {problem !== undefined && (
          <p class="problem" role="alert" id="problem">
            {problem}
          </p>
        )}
        <form class="stack" method="post" action={`${site.path}/sign-in`}>
          <input type="hidden" name="to" value={to} />
          {/* By it a password manager knows whose token it is. */}
          <input name="username" value="administrator" autocomplete="username" hidden />
          <label for="token">Administrator's token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            aria-describedby={problem === undefined ? undefined : "problem"}
          />
          <button class="primary" type="submit">
            Sign in
          </button>
        </form>
      </div>
    ),
  });
}

/** @param back where to go from here */
export function messagePage(
  { site, viewer, title }: Omit<FrameProps, "children">,
  message: string,
  back?: { text: string; href: string },
): string {
  return renderPage({
    title,
    site,
    ...(viewer && { viewer }),
    children: (
      <div class="narrow card">
        <h1>{title}</h1>
        <p>{message}</p>
        {back && (
          <p>
            <a class="button" href={back.href}>
              {back.text}
            </a>
          </p>
        )}
      </div>
    ),
  });
}
