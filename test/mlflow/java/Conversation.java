import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.RegisteredModel;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.Page;
import org.mlflow.tracking.RunsPage;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * What MLflow's unmodified Java client and a tracking server say to each other: a line for each call. Ids stand as the order
 * in which they appeared, so that two servers can be compared. Artifacts need `mlflow` on the path: that client calls it.
 */
public class Conversation {
  private static final Map<String, String> IDS = new LinkedHashMap<>();

  private static String id(String id) {
    return IDS.computeIfAbsent(id, (unknown) -> "#" + IDS.size());
  }

  private static void say(String what, Callable<Object> call) throws Exception {
    Object answer;
    try {
      answer = call.call();
    } catch (MlflowHttpException refused) {
      answer = "refused with " + refused.getStatusCode();
    }
    System.out.println(what + ": " + answer);
  }

  private static String text(Run run) {
    RunInfo info = run.getInfo();
    return String.join(" ", id(info.getRunId()), info.getRunName(), info.getStatus().name(), info.getLifecycleStage(),
        run.getData().getParamsList().stream().map((p) -> p.getKey() + "=" + p.getValue()).sorted().toList().toString(),
        run.getData().getMetricsList().stream().map(Conversation::text).sorted().toList().toString(),
        run.getData().getTagsList().stream().map((t) -> t.getKey() + "=" + t.getValue()).sorted().toList().toString());
  }

  /** MLflow's own server stores infinities as the largest double; keeping them is better, and counts as equal. */
  private static String text(Metric metric) {
    double value = metric.getValue();
    String shown = Math.abs(value) == Double.MAX_VALUE ? (value > 0 ? "Infinity" : "-Infinity") : "" + value;
    return metric.getKey() + "=" + shown + "@" + metric.getStep() + "/" + metric.getTimestamp();
  }

  private static String text(Experiment experiment) {
    return id(experiment.getExperimentId()) + " " + experiment.getName() + " " + experiment.getLifecycleStage() + " "
        + experiment.getTagsList().stream().map((t) -> t.getKey() + "=" + t.getValue()).sorted().toList();
  }

  private static String text(ModelVersion version) {
    return version.getName() + " " + version.getVersion() + " " + version.getCurrentStage() + " " + id(version.getRunId());
  }

  private static String ids(Page<Run> page) {
    List<RunInfo> runs = new ArrayList<>();
    for (Run run : page.getItems()) runs.add(run.getInfo());
    return ids(runs);
  }

  private static String ids(List<RunInfo> runs) {
    return runs.stream().map((run) -> id(run.getRunId())).collect(Collectors.joining(" "));
  }

  public static void main(String[] words) throws Exception {
    String uri = System.getenv("MLFLOW_TRACKING_URI");
    String token = System.getenv("MLFLOW_TRACKING_TOKEN");
    try (MlflowClient client =
        new MlflowClient(token == null ? new BasicMlflowHostCreds(uri) : new BasicMlflowHostCreds(uri, token))) {
      String experiment = client.createExperiment("java");
      say("experiment", () -> text(client.getExperiment(experiment)));
      say("experiment twice", () -> client.createExperiment("java"));
      say("no experiment", () -> client.getExperiment("987654321"));
      say("by name", () -> client.getExperimentByName("java").map(Conversation::text));
      say("by no name", () -> client.getExperimentByName("nobody").isPresent());
      client.setExperimentTag(experiment, "team", "blue");
      client.renameExperiment(experiment, "java \u00e9");
      say("renamed", () -> text(client.getExperiment(experiment)));
      say("experiments", () -> client.searchExperiments("name LIKE 'java%'").getItems().stream()
          .map(Conversation::text).toList());

      List<String> runs = new ArrayList<>();
      for (int run = 0; run < 5; run++) runs.add(client.createRun(experiment).getRunId());
      for (String run : runs) id(run);
      String first = runs.get(0);
      client.logParam(first, "rate", "0.1");
      say("parameter again", () -> {
        client.logParam(first, "rate", "0.2");
        return "taken";
      });
      for (int step = 0; step < 3; step++) client.logMetric(first, "loss", 1.0 / (step + 1), 1_700_000_000_000L + step, step);
      client.logMetric(first, "gap", Double.NaN, 1_700_000_000_000L, 0);
      client.logMetric(first, "peak", Double.POSITIVE_INFINITY, 1_700_000_000_000L, 0);
      client.setTag(first, "mlflow.runName", "first");
      client.setTag(first, "colour", "red");
      client.setTag(first, "gone", "soon");
      client.deleteTag(first, "gone");
      say("tag that is not there", () -> {
        client.deleteTag(first, "gone");
        return "deleted";
      });
      List<Metric> metrics = new ArrayList<>();
      List<Param> params = new ArrayList<>();
      List<RunTag> tags = new ArrayList<>();
      for (int at = 0; at < 100; at++) {
        metrics.add(Metric.newBuilder().setKey("batch").setValue(at).setStep(at).setTimestamp(1_700_000_000_000L + at).build());
      }
      for (int at = 0; at < 20; at++) params.add(Param.newBuilder().setKey("p" + at).setValue("" + at).build());
      tags.add(RunTag.newBuilder().setKey("mlflow.runName").setValue("batched").build());
      client.logBatch(runs.get(1), metrics, params, tags);
      say("run", () -> text(client.getRun(first)).replaceAll("mlflow\\.user=[^,\\]]*(, )?", ""));
      say("batched", () -> text(client.getRun(runs.get(1))));
      say("history", () -> client.getMetricHistory(first, "loss").stream().map(Conversation::text).toList());
      say("long history", () -> client.getMetricHistory(runs.get(1), "batch").size());
      say("no run", () -> client.getRun("0123456789abcdef0123456789abcdef"));
      for (int run = 0; run < 5; run++) client.logMetric(runs.get(run), "score", run, 1_700_000_000_000L, 0);
      client.setTerminated(first, RunStatus.FINISHED, 1_700_000_009_000L);
      client.setTerminated(runs.get(2), RunStatus.FAILED);
      client.deleteRun(runs.get(4));
      say("ended", () -> client.getRun(first).getInfo().getStatus() + " " + client.getRun(first).getInfo().getEndTime());
      say("failed", () -> client.getRun(runs.get(2)).getInfo().getStatus());
      say("found", () -> ids(client.searchRuns(List.of(experiment), "metrics.score >= 2 and attributes.status = 'RUNNING'")));
      say("deleted ones", () -> ids(client.searchRuns(List.of(experiment), "", ViewType.DELETED_ONLY, 10)));
      client.restoreRun(runs.get(4));
      say("hostile filter", () -> ids(client.searchRuns(List.of(experiment), "metrics.score >")));
      List<String> order = List.of("metrics.score DESC");
      RunsPage page = client.searchRuns(List.of(experiment), "", ViewType.ALL, 2, order);
      say("page", () -> ids(page));
      Page<Run> next = page.getNextPage();
      say("next page", () -> ids(next) + " " + next.hasNextPage());
      say("last page", () -> ids(next.getNextPage()));

      Path folder = Files.createTempDirectory("java-client");
      File file = Files.writeString(folder.resolve("note.txt"), "a note").toFile();
      client.logArtifact(first, file);
      client.logArtifact(first, file, "deep/er");
      say("artifacts", () -> client.listArtifacts(first).stream().map((a) -> a.getPath() + " " + a.getIsDir()).sorted().toList());
      say("deeper", () -> client.listArtifacts(first, "deep/er").stream().map((a) -> a.getPath() + " " + a.getFileSize()).toList());
      say("downloaded", () -> Files.readString(client.downloadArtifacts(first, "deep/er/note.txt").toPath()));

      client.sendPost("registered-models/create", "{\"name\": \"java model\"}");
      say("model", () -> {
        RegisteredModel model = client.getRegisteredModel("java model");
        return model.getName() + " " + model.getLatestVersionsCount();
      });
      String version = "{\"name\": \"java model\", \"source\": \"runs:/" + first + "/deep\", \"run_id\": \"" + first + "\"}";
      client.sendPost("model-versions/create", version);
      client.sendPost("model-versions/create", version);
      say("version", () -> text(client.getModelVersion("java model", "1")));
      say("no version", () -> text(client.getModelVersion("java model", "7")));
      say("latest", () -> client.getLatestVersions("java model").stream().map(Conversation::text).toList());
      say("versions", () -> client.searchModelVersions("name = 'java model'").getItems().stream().map(Conversation::text).sorted().toList());
      client.deleteExperiment(experiment);
      say("deleted experiment", () -> text(client.getExperiment(experiment)));
      client.restoreExperiment(experiment);
      say("restored experiment", () -> text(client.getExperiment(experiment)));
    }
  }
}
