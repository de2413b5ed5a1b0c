/** Where the focus is, and what is around it that takes the focus too. */
interface Focused {
  readonly element: Element;
  readonly around: Element | null;
}

/**
 * Moves the focus on where what has it is taken off the page, such as the button of an action that is no
 * longer offered: to what was around it, else to `fallback`. The browser would begin at the top again.
 */
export const keepFocus = (
  within: HTMLElement,
  fallback: () => HTMLElement | null,
): (() => void) => {
  let last: Focused | null = null;
  const remember = ({ target }: FocusEvent): void => {
    if (!(target instanceof Element)) return;
    last = { element: target, around: target.parentElement?.closest('[tabindex]') ?? null };
  };
  const observer = new MutationObserver(() => {
    if (last === null || last.element.isConnected) return;
    const { around } = last;
    last = null;
    if (document.activeElement !== document.body) return;
    const place = around instanceof HTMLElement && around.isConnected ? around : fallback();
    place?.focus({ preventScroll: true });
  });
  within.addEventListener('focusin', remember);
  observer.observe(within, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    within.removeEventListener('focusin', remember);
  };
};
