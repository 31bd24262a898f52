import type { ContainerImage } from '@terrace/model'

/** The application of an image can run on `DATABASE_URL=sqlite:…` in the place of its database: it says so by a label. */
export const canBeEmbedded = (image: ContainerImage): boolean =>
  image.kind === 'directory' && image.labels['org.terrace.embedded-database'] === 'sqlite'
