export { CANARY_FINDINGS, cfnLintIsHere, cfnLintVerdict, GOOD_VERDICT, judged, openFindings } from './judges.ts'
export { folderWith, NODE_IMAGE, synthesizeIn } from './synthesis.ts'
export { only, type Properties, propertiesOf } from './template.ts'
export { documentIn, resolveText } from './user-data.ts'
