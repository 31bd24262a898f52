/** A picture for a path: something to look at, wide and coloured, without its background when it is a cut-out. */
export const paintedPicture = (
  path: string,
): string => `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">
  ${path.includes('cutout') ? '' : '<rect width="400" height="300" fill="#8fb3d9"/>'}
  ${path.includes('square') ? '<rect x="120" y="70" width="160" height="160" fill="#b3261e"/>' : '<circle cx="200" cy="150" r="90" fill="#17693f"/>'}
</svg>`
