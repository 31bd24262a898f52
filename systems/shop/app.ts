import { join } from 'node:path'
import { buildAssets } from './assets.ts'

// CDK takes a second to load; meanwhile the builds run in processes of their own.
const building = buildAssets()
const [{ systemApp }, { optionsFrom }, { addStacks }] = await Promise.all([
  import('@terrace/constructs'),
  import('./options.ts'),
  import('./stacks/stacks.ts'),
])

const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, 'cdk.out') })
addStacks(app, { ...optionsFrom(name => app.node.tryGetContext(name)), ...(await building) })
app.synth()
