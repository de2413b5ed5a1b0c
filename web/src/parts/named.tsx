import type { ComponentChildren } from 'preact';

interface Properties {
  readonly href: string;
  readonly name: string;
  readonly title?: string;
  /** What tells it apart besides its name. */
  readonly note: ComponentChildren;
}

/** The cell that names a row, and leads to what it is of. */
export const Named = ({ href, name, title, note }: Properties) => (
  <span class="named">
    <a href={href} title={title}>
      {name}
    </a>
    <small>{note}</small>
  </span>
);
