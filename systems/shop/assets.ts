import { join } from 'node:path'
import { buildSite, bundleNodeApp } from '@terrace/constructs/build'
import type { ShopAssets } from './props.ts'

const here = import.meta.dirname
const workspace = join(here, '../..')
const built = join(workspace, '.build/assets/shop')

/** Bundles the API with its worker and builds the store, each in a process of its own. */
export async function buildAssets(): Promise<ShopAssets> {
  const [api, createTables, site] = await Promise.all([
    bundleNodeApp({
      entry: join(here, 'api/main.ts'),
      dockerfile: join(here, 'api/Dockerfile'),
      outDir: join(built, 'api'),
    }),
    bundleNodeApp({
      entry: join(here, 'stacks/mistakes/create-tables.ts'),
      dockerfile: join(here, 'stacks/mistakes/Dockerfile'),
      outDir: join(built, 'create-tables'),
    }),
    buildSite({
      directory: join(here, 'web'),
      inputs: [join(workspace, 'packages/ui'), join(workspace, 'package-lock.json')],
      outDir: join(built, 'site'),
    }),
  ])
  return { api, createTables, site, pictures: join(here, 'pictures') }
}
