/** Has something done once somebody looks at this tab: now, where somebody does. What it gives keeps it from that. */
export const onceSeen = (act: () => void): (() => void) => {
  const letGo = (): void => {
    document.removeEventListener('visibilitychange', look);
  };
  const look = (): void => {
    if (document.hidden) return;
    letGo();
    act();
  };
  document.addEventListener('visibilitychange', look);
  look();
  return letGo;
};
