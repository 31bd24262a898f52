import { join } from 'node:path'
import { buildSite, bundleNodeFunction } from '@terrace/constructs/build'
import { bundleCutout } from './cutout/bundle.ts'
import type { QuizAssets } from './props.ts'
import { bundleSite } from './site/api/bundle.ts'

const here = import.meta.dirname
const workspace = join(here, '../..')
const built = join(workspace, '.build/assets/quiz')

/** Bundles the site, the removal service and the guard, and builds the pages. */
export async function buildAssets(): Promise<QuizAssets> {
  const [site, cutout, guard, pages] = await Promise.all([
    bundleSite(join(built, 'site')),
    bundleCutout(join(built, 'cutout')),
    bundleNodeFunction({ entry: join(here, 'guard/main.ts'), outDir: join(built, 'guard') }),
    buildSite({
      directory: join(here, 'site/web'),
      inputs: [join(workspace, 'packages/ui'), join(workspace, 'package-lock.json')],
      outDir: join(built, 'pages'),
    }),
  ])
  return { site, cutout, guard, pages }
}
