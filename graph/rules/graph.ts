import type { Built } from '../build/workflow';
import { checkBindings, checkImproved } from './bindings';
import { checkConditions } from './conditions';
import { checkCycles } from './cycles';
import { checkLogged } from './logged';
import { checkChoice, checkHeldBack, checkMeasured } from './measured';
import { checkProgramReferences, checkWithReferences } from './references';
import { checkJoined, checkVersions, inheritedAxes } from './versions';
import { checkWith } from './with';

/** What only the whole graph can tell. */
export function checkGraph(built: Built): void {
  checkBindings(built);
  checkImproved(built);
  checkCycles(built.context);
  checkMeasured(built);
  checkHeldBack(built);
  checkChoice(built);
  checkLogged(built.context);
  checkConditions(built);
  const axes = inheritedAxes(built);
  checkVersions(built, axes);
  checkJoined(built, axes);
  checkProgramReferences(built, axes);
  checkWithReferences(built, axes);
  checkWith(built, axes);
}
