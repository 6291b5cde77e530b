# What MLflow's unmodified R client and a tracking server say to each other: a line for each call. Ids stand as the order in which
# they appeared, so that two servers can be compared. Artifacts need `mlflow` on the path: that client calls it.

library(mlflow)

client <- mlflow_client()

ids <- new.env()
id <- function(value) {
  if (is.null(ids[[value]])) assign(value, paste0("#", length(ls(ids))), envir = ids)
  ids[[value]]
}

# Times and paths differ from server to server, and from run to run.
said <- function(value) {
  if (is.null(value) || length(value) == 0) return("nothing")
  if (is.data.frame(value)) {
    rows <- lapply(seq_len(nrow(value)), function(row) said(as.list(value[row, , drop = FALSE])))
    return(paste0("[", paste(rows, collapse = "; "), "]"))
  }
  if (!is.list(value)) return(paste(format(value, digits = 15), collapse = ","))
  names <- names(value)
  if (is.null(names)) return(paste0("[", paste(vapply(value, said, ""), collapse = "; "), "]"))
  kept <- sort(names[!grepl("time|timestamp|artifact_uri|artifact_location|source|user|workspace|lifecycle$", names)])
  # Whether an empty list is written or left out is no difference.
  kept <- kept[vapply(value[kept], length, 0L) > 0]
  parts <- vapply(kept, function(name) {
    part <- value[[name]]
    if (is.character(part) && length(part) == 1 && grepl("(run_id|run_uuid|experiment_id)$", name)) part <- id(part)
    paste0(name, "=", said(part))
  }, "")
  paste0("{", paste(parts, collapse = " "), "}")
}

say <- function(what, call) {
  answer <- tryCatch(said(call), error = function(refused) {
    # What is said about the fault is the server's own; that it is one, and of which kind, is not.
    kind <- regmatches(conditionMessage(refused), regexpr("[A-Z]+(_[A-Z]+)+|status code [0-9]+", conditionMessage(refused)))
    paste("refused", paste(kind, collapse = ""))
  })
  cat(what, ": ", gsub("\n", " ", answer), "\n", sep = "")
}

experiment <- mlflow_create_experiment("from R", tags = list(team = "blue"))
invisible(id(experiment))
say("experiment", mlflow_get_experiment(experiment_id = experiment))
say("by name", mlflow_get_experiment(name = "from R"))
say("twice", mlflow_create_experiment("from R"))
say("a tag of it", mlflow_set_experiment_tag("colour", "red", experiment_id = experiment))
say("all", mlflow_search_experiments()$experiments$name)
say("filtered", mlflow_search_experiments(filter = "name LIKE 'from%'")$experiments$name)
say("renamed", mlflow_rename_experiment("of R", experiment_id = experiment))
say("an unknown one", mlflow_get_experiment(experiment_id = "123456"))

run <- mlflow_start_run(experiment_id = experiment, tags = list(kind = "first"), client = client)
invisible(id(run$run_id))
say("a parameter", mlflow_log_param("depth", 3, run_id = run$run_id, client = client))
say("the same again", mlflow_log_param("depth", 3, run_id = run$run_id, client = client))
say("changed", mlflow_log_param("depth", 4, run_id = run$run_id, client = client))
for (step in 0:4) mlflow_log_metric("loss", 1 / (step + 1), step = step, timestamp = 1000 + step, run_id = run$run_id, client = client)
say("its history", mlflow_get_metric_history("loss", run_id = run$run_id, client = client)$value)
say("no number", mlflow_log_metric("odd", NaN, step = 0, timestamp = 1, run_id = run$run_id, client = client))
say("a batch", mlflow_log_batch(
  metrics = data.frame(key = c("a", "b"), value = c(0.1, 1e300), step = c(1, 2), timestamp = c(5, 6)),
  params = data.frame(key = c("p", "q"), value = c("x", "")),
  tags = data.frame(key = "t", value = "u"),
  run_id = run$run_id,
  client = client
))
say("a tag", mlflow_set_tag("owner", "ana", run_id = run$run_id, client = client))
say("it is gone", mlflow_delete_tag("t", run_id = run$run_id, client = client))
say("an unknown tag", mlflow_delete_tag("t", run_id = run$run_id, client = client))
say("the run", mlflow_get_run(run_id = run$run_id, client = client)[c("run_id", "status", "experiment_id")])
say("its parameters", mlflow_get_run(run_id = run$run_id, client = client)$params[[1]])
metrics <- mlflow_get_run(run_id = run$run_id, client = client)$metrics[[1]]
say("its metrics", metrics[order(metrics$key), c("key", "value", "step")])

file <- file.path(tempdir(), "notes.txt")
writeLines("from R", file)
say("an artifact", mlflow_log_artifact(file, "papers", run_id = run$run_id, client = client))
say("the folder", mlflow_list_artifacts(run_id = run$run_id, client = client))
say("what is in it", mlflow_list_artifacts("papers", run_id = run$run_id, client = client))
say("down again", readLines(mlflow_download_artifacts("papers/notes.txt", run_id = run$run_id, client = client)))
say("ended", mlflow_end_run(status = "FAILED", run_id = run$run_id, client = client)[c("run_id", "status")])

other <- mlflow_start_run(experiment_id = experiment, client = client)
invisible(id(other$run_id))
mlflow_log_metric("loss", 0.01, step = 0, timestamp = 2000, run_id = other$run_id, client = client)
invisible(mlflow_end_run(run_id = other$run_id, client = client))
search <- function(...) vapply(mlflow_search_runs(experiment_ids = list(experiment), ...)$run_id, id, "")
say("by loss", search(order_by = list("metrics.loss ASC")))
say("a filter", search(filter = "metrics.loss < 0.1 and attributes.status = 'FINISHED'"))
say("a broken one", search(filter = "metrics.loss <"))
say("deleted", mlflow_delete_run(other$run_id, client = client))
say("without it", search(order_by = list("metrics.loss ASC")))
say("deleted ones", search(run_view_type = "DELETED_ONLY"))
say("restored", mlflow_restore_run(other$run_id, client = client)[c("run_id", "status")])

model <- function(value) value[setdiff(names(value), c("latest_versions"))]
say("a model", model(mlflow_create_registered_model("r-model", description = "first")))
say("again", model(mlflow_create_registered_model("r-model")))
version <- function(value) value[c("name", "version", "current_stage", "run_id", "status")]
say("a version", version(mlflow_create_model_version("r-model", paste0("runs:/", run$run_id, "/papers"), run$run_id)))
say("the second", version(mlflow_create_model_version("r-model", paste0("runs:/", run$run_id, "/papers"), run$run_id)))
say("read", version(mlflow_get_model_version("r-model", "2")))
say("described", mlflow_update_model_version("r-model", "2", "better")$description)
say("staged", version(mlflow_transition_model_version_stage("r-model", "2", "Production")))
say("newest", lapply(mlflow_get_latest_versions("r-model"), version))
say("tagged", mlflow_set_model_version_tag("r-model", "1", "seen", "yes"))
say("renamed", mlflow_rename_registered_model("r-model", "model-of-r")$name)
say("a version less", mlflow_delete_model_version("model-of-r", "1"))
say("the model less", mlflow_delete_registered_model("model-of-r"))
say("it is gone", mlflow_get_registered_model("model-of-r"))
say("the experiment less", mlflow_delete_experiment(experiment_id = experiment))
say("back", mlflow_restore_experiment(experiment_id = experiment))
