/** Edge of a picture, pixels. */
export const EDGE_PX = 800

// Of the whole picture: a filter's usual region is relative to what it blurs, and cuts off what is a line.
const EVERYWHERE = 'filterUnits="userSpaceOnUse" x="-200" y="-200" width="1200" height="1200"'

/**
 * The one place that everything is photographed in: a warm backdrop without a horizon, light from the upper left. A
 * drawing stands on `y = 640` and may use the filters `near` (the shadow where it touches), `far` (the shadow it
 * throws), `soft` and `softer` (light and folds on it), and the paint `sheen`.
 */
export const scene = (drawing: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800"
  width="${EDGE_PX}" height="${EDGE_PX}">
  <defs>
    <linearGradient id="backdrop" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#f5eee4" />
      <stop offset="0.62" stop-color="#eee3d4" />
      <stop offset="0.8" stop-color="#e3d3bf" />
      <stop offset="1" stop-color="#d9c6ae" />
    </linearGradient>
    <radialGradient id="lamp" cx="0.28" cy="0.2" r="0.75">
      <stop offset="0" stop-color="#fffaf2" stop-opacity="0.95" />
      <stop offset="1" stop-color="#fffaf2" stop-opacity="0" />
    </radialGradient>
    <linearGradient id="sheen" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#fff" stop-opacity="0.75" />
      <stop offset="1" stop-color="#fff" stop-opacity="0.08" />
    </linearGradient>
    <filter id="near" ${EVERYWHERE}><feGaussianBlur stdDeviation="7" /></filter>
    <filter id="far" ${EVERYWHERE}><feGaussianBlur stdDeviation="22" /></filter>
    <filter id="soft" ${EVERYWHERE}><feGaussianBlur stdDeviation="5" /></filter>
    <filter id="softer" ${EVERYWHERE}><feGaussianBlur stdDeviation="14" /></filter>
  </defs>
  <rect width="800" height="800" fill="url(#backdrop)" />
  <rect width="800" height="800" fill="url(#lamp)" />
  ${drawing}
</svg>`
