import { join } from 'node:path'
import { buildSite, bundleNodeFunction } from '@terrace/constructs/build'
import { bundleApi } from './api/bundle.ts'
import type { ItemsAssets } from './props.ts'

const here = import.meta.dirname
const workspace = join(here, '../..')
const built = join(workspace, '.build/assets/items')

/** Bundles the API and the function that makes new keys, and builds the site, each in a process of its own. */
export async function buildAssets(): Promise<ItemsAssets> {
  const [api, rotation, site] = await Promise.all([
    bundleApi(join(built, 'api')),
    bundleNodeFunction({ entry: join(here, 'rotation/main.ts'), outDir: join(built, 'rotation') }),
    buildSite({
      directory: join(here, 'web'),
      inputs: [join(workspace, 'packages/ui'), join(workspace, 'package-lock.json')],
      outDir: join(built, 'site'),
    }),
  ])
  return { api, rotation, site }
}
