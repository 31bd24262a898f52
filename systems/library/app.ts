import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import { buildSite, bundleNodeApp } from '@terrace/constructs/build'
import { optionsFrom } from './options.ts'
import { LibraryStack } from './stack.ts'

const here = import.meta.dirname
const workspace = join(here, '../..')
const built = join(workspace, '.build/assets/library')

const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(here, 'cdk.out') })

new LibraryStack(app, 'library', {
  // CloudFront takes its certificate from this region only; the account is whichever deploys.
  env: { region: 'us-east-1' },
  ...optionsFrom(name => app.node.tryGetContext(name)),
  api: bundleNodeApp({
    entry: join(here, 'api/main.ts'),
    dockerfile: join(here, 'api/Dockerfile'),
    outDir: join(built, 'api'),
  }),
  site: buildSite({
    directory: join(here, 'web'),
    inputs: [join(workspace, 'packages/ui'), join(workspace, 'package-lock.json')],
    outDir: join(built, 'site'),
  }),
})

app.synth()
