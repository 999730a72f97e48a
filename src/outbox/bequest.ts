/** A text that a hub keeps for itself, and leaves to the others when it ends. */

export interface Bequest {
  /** Keeps the text instead of the one before; undefined: none. May reach the disk a little later. */
  keep(text: string | undefined): Promise<void>;
  /** What hubs that are gone have left: each is handed to one hub. */
  inherit(): Promise<string[]>;
}
