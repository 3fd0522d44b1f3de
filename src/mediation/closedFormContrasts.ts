import { combine, excess, exponential, minus, type Quantity, quotient } from "./closedFormDelta.ts";
import { controlledMean, type JointModels, nestedMean } from "./closedFormMeans.ts";

interface NaturalContrasts {
  readonly controlledDirect: Quantity;
  readonly pureNaturalDirect: Quantity;
  readonly totalNaturalIndirect: Quantity;
  readonly totalNaturalDirect: Quantity;
  readonly pureNaturalIndirect: Quantity;
  readonly total: Quantity;
}

/** The four components and their sum: in means, or for a log scale in ratios less 1. */
export interface FourWay {
  readonly controlledDirect: Quantity;
  readonly referenceInteraction: Quantity;
  readonly mediatedInteraction: Quantity;
  readonly pureNaturalIndirect: Quantity;
  readonly total: Quantity;
}

export interface Contrasts {
  /** Differences of means, or of logarithms. */
  readonly natural: NaturalContrasts;
  readonly fourWay: FourWay;
}

/** Effects of `to` against `from`, the controlled direct effect and the decomposition at mediator value `held`. */
export function contrastsOf(models: JointModels, from: Float64Array, to: Float64Array, held: number): Contrasts {
  const reference = nestedMean(models, from, from);
  const direct = nestedMean(models, to, from);
  const indirect = nestedMean(models, from, to);
  const both = nestedMean(models, to, to);
  const controlledFrom = controlledMean(models, from, held);
  const controlledTo = controlledMean(models, to, held);
  const natural: NaturalContrasts = {
    controlledDirect: minus(controlledTo, controlledFrom),
    pureNaturalDirect: minus(direct, reference),
    totalNaturalIndirect: minus(both, direct),
    totalNaturalDirect: minus(both, indirect),
    pureNaturalIndirect: minus(indirect, reference),
    total: minus(both, reference),
  };
  if (models.scale === "log") {
    const controlled = minus(
      exponential(minus(controlledTo, reference)),
      exponential(minus(controlledFrom, reference)),
    );
    return { natural, fourWay: ratioComponents(natural, controlled) };
  }
  return { natural, fourWay: meanComponents(natural, models.interactionFrom !== null) };
}

/** VanderWeele (2014), equations for differences. Without interaction its two components are exactly 0. */
function meanComponents(natural: NaturalContrasts, interaction: boolean): FourWay {
  const { controlledDirect, pureNaturalDirect, totalNaturalIndirect, pureNaturalIndirect, total } = natural;
  const nothing: Quantity = { value: 0, gradient: new Float64Array(total.gradient.length) };
  return {
    controlledDirect,
    referenceInteraction: interaction ? minus(pureNaturalDirect, controlledDirect) : nothing,
    mediatedInteraction: interaction ? minus(totalNaturalIndirect, pureNaturalIndirect) : nothing,
    pureNaturalIndirect,
    total,
  };
}

/** VanderWeele (2014), the components of the excess relative risk; `controlled` is (μ(to, m) − μ(from, m)) / μ(from, M(from)). */
function ratioComponents(natural: NaturalContrasts, controlled: Quantity): FourWay {
  const direct = excess(natural.pureNaturalDirect);
  const indirect = excess(natural.pureNaturalIndirect);
  const total = excess(natural.total);
  return {
    controlledDirect: controlled,
    referenceInteraction: minus(direct, controlled),
    mediatedInteraction: combine([1, total], [-1, direct], [-1, indirect]),
    pureNaturalIndirect: indirect,
    total,
  };
}

export interface Proportions {
  readonly controlledDirect: Quantity;
  readonly referenceInteraction: Quantity;
  readonly mediatedInteraction: Quantity;
  readonly pureNaturalIndirect: Quantity;
  /** (mediated interaction + pure indirect) / total. */
  readonly mediated: Quantity;
  /** (reference + mediated interaction) / total. */
  readonly interaction: Quantity;
  /** All but the controlled direct effect: what fixing the mediator at `held` would take away. */
  readonly eliminated: Quantity;
}

export function proportionsOf({ total, ...components }: FourWay): Proportions {
  const { controlledDirect, referenceInteraction, mediatedInteraction, pureNaturalIndirect } = components;
  const share = (...parts: Quantity[]) =>
    quotient(combine(...parts.map((part): [number, Quantity] => [1, part])), total);
  return {
    controlledDirect: share(controlledDirect),
    referenceInteraction: share(referenceInteraction),
    mediatedInteraction: share(mediatedInteraction),
    pureNaturalIndirect: share(pureNaturalIndirect),
    mediated: share(mediatedInteraction, pureNaturalIndirect),
    interaction: share(referenceInteraction, mediatedInteraction),
    eliminated: share(referenceInteraction, mediatedInteraction, pureNaturalIndirect),
  };
}
