export { deploymentDiagram } from './deployment-diagram.ts'
export { type FlowEnd, flowDiagram } from './flow-diagram.ts'
export { systemDiagram } from './system-diagram.ts'
