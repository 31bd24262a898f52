import { join } from 'node:path'
import { buildAssets } from './assets.ts'

// CDK takes a second to load; meanwhile the builds run in processes of their own.
const building = buildAssets()
const [{ systemApp }, { optionsFrom }, { QuizStack }] = await Promise.all([
  import('@terrace/constructs'),
  import('./options.ts'),
  import('./stack.ts'),
])

const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, 'cdk.out') })
new QuizStack(app, 'quiz', {
  // The account is whichever deploys. CloudFront takes its certificates from this region alone.
  env: { region: 'us-east-1' },
  ...optionsFrom(name => app.node.tryGetContext(name)),
  ...(await building),
})
app.synth()
