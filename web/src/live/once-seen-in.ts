/** Has something done some time from now, once somebody looks at this tab. What it gives keeps it from that. */
export const onceSeenIn = (milliseconds: number, act: () => void): (() => void) => {
  const letGo = (): void => {
    document.removeEventListener('visibilitychange', look);
  };
  const look = (): void => {
    if (document.hidden) return;
    letGo();
    act();
  };
  const timer = setTimeout(() => {
    document.addEventListener('visibilitychange', look);
    look();
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    letGo();
  };
};
