import { join } from 'node:path'
import { buildAssets } from './assets.ts'

// CDK takes a second to load; meanwhile the build runs.
const building = buildAssets()
const [{ systemApp }, { optionsFrom }, { NotesStack }] = await Promise.all([
  import('@terrace/constructs'),
  import('./options.ts'),
  import('./stack.ts'),
])

const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, 'cdk.out') })
new NotesStack(app, 'notes', {
  // The account is whichever deploys.
  env: { region: 'us-east-1' },
  ...optionsFrom(name => app.node.tryGetContext(name)),
  ...(await building),
})
app.synth()
