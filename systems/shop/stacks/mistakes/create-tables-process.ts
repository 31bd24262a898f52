import { ContainerImage, type ImageProcess } from '@terrace/constructs'
import type { Construct } from 'constructs'

const PORT = 8002

/** The script that each instance runs first in the variant `schema-race`; see `create-tables.ts`. */
export const createTables = (
  scope: Construct,
  directory: string,
  access: Pick<ImageProcess, 'environment' | 'secrets'>,
): ImageProcess => ({
  kind: 'image',
  image: new ContainerImage(scope, 'TablesImage', { directory }),
  port: PORT,
  restart: 'never',
  ...access,
})
