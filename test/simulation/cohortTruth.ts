import truths from "../../fixtures/cohorts/truth.json";

const { wellbeing_12: w, abstinent_12: a, readmissions_per_year: r, exposureInducedConfounder: x } = truths;

/** True effects of the simulated cohort, from fixtures/cohorts/truth.json. */
export const truth = {
  wellbeing: {
    TE: w.TE,
    PNDE: w.PNDE,
    TNIE: w.TNIE,
    connection: w.TNIE_connection,
    support: w.TNIE_recovery_support,
    contrast: w.contrast_TNIE,
    stage0: w.TNIE_by_action_stage["0"],
    stage1: w.TNIE_by_action_stage["1"],
    index: w.index_of_moderated_mediation,
  },
  abstinent: a,
  relapse: truths.relapse_cumulative_incidence_12m,
  netRelapse: truths.relapse_net_risk_12m,
  restrictedMean: truths.event_free_restricted_mean_days,
  readmissions: { TE: r.RR_TE, PNDE: r.RR_PNDE, TNIE: r.RR_TNIE },
  exposureInduced: { direct: x.interventionalDirect, indirect: x.interventionalIndirect, overall: x.overall },
};
