import { join } from 'node:path'
import { buildSite, bundleNodeApp } from '@terrace/constructs/build'
import type { LibraryAssets } from './props.ts'

const here = import.meta.dirname
const workspace = join(here, '../..')
const built = join(workspace, '.build/assets/library')

/** Bundles the API and builds the site, each in a process of its own. */
export async function buildAssets(): Promise<LibraryAssets> {
  const [api, site] = await Promise.all([
    bundleNodeApp({
      entry: join(here, 'api/main.ts'),
      dockerfile: join(here, 'api/Dockerfile'),
      outDir: join(built, 'api'),
    }),
    buildSite({
      directory: join(here, 'web'),
      inputs: [join(workspace, 'packages/ui'), join(workspace, 'package-lock.json')],
      outDir: join(built, 'site'),
    }),
  ])
  return { api, site }
}
