import { join } from 'node:path'
import { systemApp } from '@terrace/constructs'
import { mistakeFrom } from './mistakes.ts'
import { DemonstrationStack } from './stack.ts'

const app = systemApp({ outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, 'cdk.out') })
new DemonstrationStack(app, 'demonstrations', { mistake: mistakeFrom(app.node.tryGetContext('mistake')) })
app.synth()
