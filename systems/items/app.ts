import { join } from 'node:path'
import { buildAssets } from './assets.ts'

// CDK takes a second to load; meanwhile the builds run in processes of their own.
const building = buildAssets()
const [{ systemApp }, { optionsFrom }, { ItemsStack, stackNameOf }] = await Promise.all([
  import('@terrace/constructs'),
  import('./options.ts'),
  import('./stack.ts'),
])

const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, 'cdk.out') })
const { region, ...options } = optionsFrom(name => app.node.tryGetContext(name))
new ItemsStack(app, 'items', {
  stackName: stackNameOf(options),
  // The account is whichever deploys.
  env: { region },
  ...options,
  ...(await building),
})
app.synth()
