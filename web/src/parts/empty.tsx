import type { ComponentChildren } from 'preact';

/** There is nothing to show, and why. */
export const Empty = ({ children }: { readonly children: ComponentChildren }) => (
  <p class="empty">{children}</p>
);
