import { Unknown } from '../../parts/unknown';

export const RebuildUnknown = ({ rebuildId }: { readonly rebuildId: string }) => (
  <Unknown what="rebuild" id={rebuildId} page="rebuilds" all="All rebuilds" />
);
