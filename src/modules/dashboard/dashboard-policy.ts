/**
 * The dashboard holds a key: nothing runs in it, and nothing leaves it, but what this server
 * serves. No inline script or style, no other host, no frame around it.
 */
export const dashboardPolicy = Object.entries({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
})
  .map(([directive, sources]) => `${directive} ${sources}`)
  .join(';');
